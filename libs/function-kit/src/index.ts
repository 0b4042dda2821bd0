export { FunctionCall, type FunctionCallParts } from './calling/function-call.js';
export { FunctionError } from './calling/function-error.js';
export { FunctionResult, type FunctionAnswer, type FunctionResultParts } from './calling/function-result.js';
export type { FunctionDeclaration, LaterFunctionOptions } from './declaring/function-declaration.js';
export { LaterFunction, type FunctionMethod } from './declaring/later-function.js';
export { FunctionsModule } from './functions.module.js';
export { InvalidFunctionsError } from './registering/faults.js';
export type { ServedFunction } from './serving/functions.controller.js';
