/** For the proof of the stacks. */
export { announceBridges } from './bridges.mjs';
export { apps } from './bundle/services.mjs';
export { ask, compose, containersOf, docker, isEngineThere } from './engine.mjs';
export { buildImages, imageOf } from './images.mjs';
export { passwordFile, providePassword } from './password.mjs';
export { settings } from './settings.mjs';
export { stackNames, stackOf } from './stacks.mjs';
