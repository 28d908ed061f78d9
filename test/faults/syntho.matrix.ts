import { matrixOf } from './matrix.ts';

matrixOf('syntho');
