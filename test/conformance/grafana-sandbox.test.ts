/** Every recorded Grafana exchange against the sandbox's rooms: same statuses, same bodies but for made-up values. */
import { afterAll, describe, expect, it } from 'vitest';
import { grafanaRecordings, replay } from '../support/grafana-replay.ts';
import { recordingsDir } from '../support/recordings.ts';

const rooms = { '5.0.0-beta1': 'grafana-5', '7.5.5': 'grafana-7' } as const;

describe.runIf(recordingsDir !== null).each(Object.entries(rooms))(
  'Grafana %s recordings against the sandbox',
  (version, room) => {
    const total = { exchanges: 0, matching: 0 };
    afterAll(() => {
      process.stderr.write(
        `Grafana ${version}: ${total.matching} of ${total.exchanges} recorded exchanges match.\n`,
      );
    });

    it.for(grafanaRecordings(version).map((recording) => [recording.scenario, recording] as const))(
      '%s',
      { timeout: 60_000 },
      async ([, recording]) => {
        const mismatches = await replay(room, version, recording);
        total.exchanges += recording.exchanges.length;
        total.matching += recording.exchanges.length - mismatches.length;
        expect(mismatches).toEqual([]);
      },
    );
  },
);
