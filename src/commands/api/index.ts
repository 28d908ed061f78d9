import { apiCommand } from './request.ts';

export const apiCommands = [apiCommand];
