'use strict';
/**
 * One access to the operating system's keyring, in a process of its own: on Linux the library connects to D-Bus
 * synchronously, so that a bus which never answers would hold up the whole command for ever. This one can be ended.
 *
 * stdin: {action: 'read' | 'peek' | 'write' | 'remove', service, account, secret?}. `peek` is a read that asks nobody to
 * unlock anything. stdout: {value} or {error, absent}. Secrets pass through the two pipes and never through argv.
 */

// Linux keys in the kernel, the library's other choice there, are gone at the next start of the machine.
const options = { linux: { store: 'secret-service' } };

async function access({ action, service, account, secret }) {
  const { AsyncEntry, findCredentialsAsync } = load();
  const entry = () => new AsyncEntry(service, account, options);
  switch (action) {
    case 'read':
      return (await entry().getPassword()) ?? null;
    case 'peek':
      return (await findCredentialsAsync(service)).find((one) => one.account === account)?.password ?? null;
    case 'write':
      await entry().setPassword(secret);
      // A locked keyring may take a secret and forget it.
      if ((await entry().getPassword()) !== secret) throw new Error('it does not keep what it is given');
      return null;
    case 'remove':
      return await entry().deletePassword();
    default:
      throw new Error(`unknown action ${action}`);
  }
}

function load() {
  try {
    return require('@napi-rs/keyring');
  } catch (error) {
    throw Object.assign(new Error(error.message), { absent: true });
  }
}

async function answer(text) {
  try {
    return { value: await access(JSON.parse(text)) };
  } catch (error) {
    return { error: error.message, absent: error.absent === true };
  }
}

let request = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (part) => {
  request += part;
});
process.stdin.on('end', async () => {
  process.stdout.write(JSON.stringify(await answer(request)), () => process.exit());
});
