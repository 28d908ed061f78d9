import { matrixOf } from './matrix.ts';

matrixOf('gtmhub');
