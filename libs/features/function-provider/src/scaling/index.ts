export { Autoscaler, type AutoscalerOptions, type QueueDepths, type ScalableFunction } from './autoscaler.js';
export { CallMeter } from './call-meter.js';
