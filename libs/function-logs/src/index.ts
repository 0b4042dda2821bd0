export { FunctionLogs, type FunctionLogsOptions } from './function-logs.js';
export { isTime, type LogQuery } from './log-query.js';
export { LogBudget } from './printed/log-budget.js';
export * from './printed/log-lines.js';
