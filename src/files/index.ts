export { fileError, systemCode } from './failure.ts';
export { ownProcess, withLock, withLocks } from './lock.ts';
export type { LockOptions } from './lock.ts';
export { privateFolder, readPrivateFile, writePrivateFile } from './private-file.ts';
export type { PrivateText, Repair } from './private-file.ts';
