import { scalePolicy } from '@later/function-schema';

const factorLabel = 'com.openfaas.scale.factor';
/** The step of one alert, in percent of the function's maximum; OpenFaaS's default. */
const defaultFactor = 20;

/** With a factor of 0, alerts never scale up. */
function factorOf(labels: Readonly<Record<string, string>>): number {
  const text = labels[factorLabel] ?? '';
  return /^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) : defaultFactor;
}

/** The number of instances that a function must have after an alert, as OpenFaaS calculates it. */
export function replicasAfterAlert(
  firing: boolean,
  replicas: number,
  labels: Readonly<Record<string, string>>,
): number {
  const { min, max } = scalePolicy(labels);
  if (!firing) return min;
  const step = Math.ceil((max * factorOf(labels)) / 100);
  // An operator may have scaled it above its maximum: an alert never takes instances away.
  return Math.max(replicas, Math.min(max, replicas + step));
}
