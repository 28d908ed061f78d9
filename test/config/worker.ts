/** Bundled and run as a process of its own by the store's tests: adds profiles `PREFIX-0`, `PREFIX-1`, … and ends. */
import { openProfileStore } from '../../src/config/profile-store.ts';

const [folder = '', prefix = '', count = '0'] = process.argv.slice(2);
const store = openProfileStore({ folder, warn: () => undefined });
for (let index = 0; index < Number(count); index += 1) {
  const name = `${prefix}-${index}`;
  await store.add({
    name,
    provider: 'grafana',
    baseUrl: 'https://grafana.example.com',
    webUrl: null,
    settings: { note: 'x'.repeat(2000) },
    secrets: { origin: 'https://grafana.example.com', values: { token: `secret-of-${name}` } },
  });
  process.stdout.write(`${name}\n`);
}
