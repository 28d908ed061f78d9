/**
 * Loaded in front of dashctl: what nobody handles happens at the first connection, and says all that the process knows.
 * DASHCTL_CRASH: `throw` or `reject`.
 */
'use strict';
const net = require('node:net');

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const known = JSON.stringify(process.env);
  const error = Object.assign(new TypeError(`It failed with ${known}\n    at ${known}`), {
    request: { env: { ...process.env } },
    cause: new Error(known),
  });
  if (process.env.DASHCTL_CRASH === 'reject') void Promise.reject(error);
  else
    process.nextTick(() => {
      throw error;
    });
  return connect.apply(this, args);
};
