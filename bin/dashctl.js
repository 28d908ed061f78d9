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
      // All is written and closed by now; to come to an end by itself, Node would take the whole heap down.
      process.exit(code);
    });
}
