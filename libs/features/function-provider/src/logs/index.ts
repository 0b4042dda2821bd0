export { FunctionLogs, type FunctionLogsOptions } from './function-logs.js';
export { isTime, type LogQuery } from './log-query.js';
