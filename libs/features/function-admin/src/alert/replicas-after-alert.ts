import { scalePolicy } from '@later/function-schema';

const factorLabel = 'com.openfaas.scale.factor';
/** How much of its maximum a function is given more with an alert, in percent; OpenFaaS's default. */
const defaultFactor = 20;

/** A factor of 0 keeps alerts from scaling up. */
function factorOf(labels: Readonly<Record<string, string>>): number {
  const text = labels[factorLabel] ?? '';
  return /^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) : defaultFactor;
}

/** How many instances a function is to have after an alert, as OpenFaaS counts. */
export function replicasAfterAlert(
  firing: boolean,
  replicas: number,
  labels: Readonly<Record<string, string>>,
): number {
  const { min, max } = scalePolicy(labels);
  if (!firing) return min;
  const step = Math.ceil((max * factorOf(labels)) / 100);
  // Who gave it more by hand than its maximum meant it.
  return Math.max(replicas, Math.min(max, replicas + step));
}
