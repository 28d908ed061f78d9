/**
 * Loaded in front of dashctl: counts what passes between the process and the disk or the network, and ends the process the
 * hard way before (odd numbers) or after (even ones) the call that DASHCTL_KILL_AT names. Without it the count is written to
 * the file that DASHCTL_KILL_COUNT names.
 */
'use strict';
const fs = require('node:fs');
const net = require('node:net');

const at = Number(process.env.DASHCTL_KILL_AT ?? '0');
let passed = 0;

function point() {
  passed += 1;
  if (passed === at) process.kill(process.pid, 'SIGKILL');
}

function wrap(object, name) {
  const original = object[name];
  object[name] = function (...args) {
    point();
    const result = original.apply(this, args);
    if (typeof result?.then !== 'function') {
      point();
      return result;
    }
    return result.then((value) => {
      point();
      return value;
    });
  };
}

for (const name of ['mkdir', 'rename', 'rm', 'unlink', 'chmod', 'utimes', 'link']) wrap(fs.promises, name);

// Settings are saved without promises.
for (const name of ['mkdirSync', 'writeSync', 'fsyncSync', 'renameSync', 'unlinkSync', 'chmodSync'])
  wrap(fs, name);

const { open } = fs.promises;
let known = false;
fs.promises.open = async function (path, flags, mode) {
  const writes = flags !== undefined && flags !== 'r';
  if (writes) point();
  const file = await open.call(this, path, flags, mode);
  if (!known) {
    known = true;
    const prototype = Object.getPrototypeOf(file);
    for (const name of ['writeFile', 'appendFile', 'write', 'sync', 'datasync', 'truncate'])
      wrap(prototype, name);
  }
  if (writes) point();
  return file;
};

for (const name of ['connect', 'write', 'push']) {
  const original = net.Socket.prototype[name];
  net.Socket.prototype[name] = function (...args) {
    const counts = name === 'connect' || this.remotePort !== undefined;
    if (counts) point();
    const result = original.apply(this, args);
    if (counts) point();
    return result;
  };
}

if (process.env.DASHCTL_KILL_COUNT !== undefined) {
  process.on('exit', () => fs.writeFileSync(process.env.DASHCTL_KILL_COUNT, String(passed)));
}
