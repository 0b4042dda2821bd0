export { FunctionLogs, type FunctionLogsOptions } from './function-logs.js';
export type { LogQuery } from './log-query.js';
