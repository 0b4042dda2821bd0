import { Controller, Get, Inject } from '@nestjs/common';

/** The provider's part of `/system/info`. */
export interface ProviderInfo {
  readonly provider: string;
  readonly orchestration: string;
  readonly version: { readonly release: string; readonly sha: string };
}

export const PROVIDER_INFO = Symbol('the information about the provider');

@Controller('system/info')
export class InfoController {
  constructor(@Inject(PROVIDER_INFO) private readonly info: ProviderInfo) {}

  @Get()
  read(): ProviderInfo {
    return this.info;
  }
}
