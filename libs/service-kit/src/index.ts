// The first import: the modules below need the Node version that it checks.
import './require-node.js';

export { BasicAuth, authorizationFor, basicAuthorization } from './auth/basic-auth.js';
export { basicAuthConfig, type BasicAuthConfig } from './auth/basic-auth-config.js';
export { openBasicAuth } from './auth/open-basic-auth.js';
export { requireBasicAuth } from './auth/require-basic-auth.js';
export { readConfig, InvalidConfigurationError, type ConfigOf, type ConfigSections } from './config/read-config.js';
export {
  InvalidFileError,
  readYamlFile,
  yamlText,
  type YamlFault,
  type YamlFileOptions,
} from './config/read-yaml-file.js';
export { listenConfig, port, processConfig, type ProcessConfig } from './config/sections.js';
export { upstreamTimeoutConfig } from './config/upstream-timeout.js';
export { variablesOf, type Variable } from './config/variables.js';
export { createLogger, type Logger } from './logger.js';
export type { ReadinessCheck } from './http/readiness.js';
export { serve, type Listening } from './http/serve.js';
export { runService } from './run-service.js';
export { version } from './version.js';
export { defineService, RunningService, type HttpServerOptions, type Service } from './service.js';
