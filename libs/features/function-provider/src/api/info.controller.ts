import { Controller, Get, Inject } from '@nestjs/common';

/** What `/system/info` tells of a provider. */
export interface ProviderInfo {
  readonly provider: string;
  readonly orchestration: string;
  readonly version: { readonly release: string; readonly sha: string };
}

export const PROVIDER_INFO = Symbol('what is told of the provider');

@Controller('system/info')
export class InfoController {
  constructor(@Inject(PROVIDER_INFO) private readonly told: ProviderInfo) {}

  @Get()
  read(): ProviderInfo {
    return this.told;
  }
}
