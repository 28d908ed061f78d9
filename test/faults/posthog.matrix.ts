import { matrixOf } from './matrix.ts';

matrixOf('posthog');
