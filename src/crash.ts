/**
 * The last word of a process that fails where nobody waits for it. What an error says, and what hangs on it, may be
 * anything that the process knew, secrets included; Node would print all of it. Its kind and its places say enough.
 */

/** What stderr gets, one JSON object or a few lines. `places` are lines of the stack. */
export function crashReport(error: unknown, asJson: boolean): string {
  const kind = error instanceof Error ? kindOf(error) : typeof error;
  const places = error instanceof Error ? placesOf(error) : [];
  const message = `dashctl stopped unexpectedly (${kind}).`;
  const hint =
    'This is a defect of dashctl: report these lines. If it was writing, see what became of it: dashctl history resolve';
  if (asJson) {
    const nothing = { provider: null, profile: null, status: null, requestId: null };
    return `${JSON.stringify({ error: { code: 'internal', message, hint, ...nothing, details: { places } } })}\n`;
  }
  return `Error: ${message}\n${places.map((place) => `    ${place}\n`).join('')}${hint}\n`;
}

/** Names of errors are words; a name that is none is somebody's text. */
function kindOf({ name }: Error): string {
  return /^\w{1,40}$/.test(name) ? name : 'Error';
}

/** The frames of the stack without the message in front of them. */
function placesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message);
  const frames = at < 0 ? stack : stack.slice(at + message.length);
  return frames
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^at [\x20-\x7e]+$/.test(line))
    .slice(0, 20);
}
