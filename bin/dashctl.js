#!/usr/bin/env node
'use strict';
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    'dashctl: Node.js ' + process.versions.node + ' is too old.\nInstall Node.js 20.19 or newer.\n',
  );
  process.exitCode = 1;
} else {
  require('../dist/main.cjs')
    .main(process, require)
    .then((code) => {
      process.exitCode = code;
    });
}
