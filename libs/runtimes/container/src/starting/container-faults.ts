import { parseCpu, type Deployment, type Fault } from '@later/function-schema';

import { readyPathAnnotation } from './wait-until-ready.js';

/** The smallest limit that Docker accepts. */
const minCpu = 0.01;

/** Finds the faults of a deployment that make every engine refuse its container. */
export function containerFaults({ image, limits, envVars, annotations }: Deployment): readonly Fault[] {
  const faults: Fault[] = [];
  if (!/^[a-zA-Z0-9][\w.:/@-]*$/.test(image)) {
    faults.push({ path: ['image'], message: 'expected the name of an image, such as ghcr.io/openfaas/figlet:latest' });
  }
  if ((parseCpu(limits?.cpu ?? '') ?? minCpu) < minCpu) {
    faults.push({ path: ['limits', 'cpu'], message: 'expected at least 10m for a container' });
  }
  for (const [name, value] of Object.entries(envVars)) {
    if (name.includes('=') || `${name}${value}`.includes('\0')) {
      faults.push({ path: ['envVars', name], message: 'expected a name without "=", and no NUL characters' });
    }
  }
  if (!/^(\/[\x21-\x7e]*)?$/.test(annotations[readyPathAnnotation] ?? '')) {
    faults.push({ path: ['annotations', readyPathAnnotation], message: 'expected a path such as /ready' });
  }
  return faults;
}
