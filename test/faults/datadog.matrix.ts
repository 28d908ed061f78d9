import { matrixOf } from './matrix.ts';

matrixOf('datadog');
