import { matrixOf } from './matrix.ts';

matrixOf('grafana');
