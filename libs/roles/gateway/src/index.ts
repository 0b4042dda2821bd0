export * from './gateway-role.js';
