export { roomNames } from './rooms.ts';
export { startSandbox } from './server.ts';
export type { RunningRoom, Sandbox, SandboxOptions } from './server.ts';
export { resetRooms, roomFile } from './store.ts';
export { parseSwitches } from './switches.ts';
export type { FaultAction, FaultRule, Switches } from './switches.ts';
