export { Autoscaler, type AutoscalerOptions, type ScalableFunction } from './autoscaler.js';
export { CallMeter } from './call-meter.js';
