import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Req } from '@nestjs/common';
import { readJson } from '@later/http-kit';
import { functionName } from '@later/job-schema';
import { deployment, namespaceName, scaleRequest, type FunctionStatus } from '@later/function-schema';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { FunctionProvider } from '../deploying/function-provider.js';
import { requestedAddress, requestedNamespace } from './requested-address.js';

const removal = z.object({ functionName, namespace: namespaceName.or(z.literal('')).nullish() });

/** Serves the functions of OpenFaaS's provider API (OpenFaaS contract, System). */
@Controller('system')
export class FunctionsController {
  constructor(@Inject(FunctionProvider) private readonly functions: FunctionProvider) {}

  @Get('functions')
  list(@Query('namespace') namespace?: string): readonly FunctionStatus[] {
    return this.functions.list(requestedNamespace(namespace));
  }

  @Get('function/:name')
  async read(@Param('name') name: string, @Query('namespace') namespace?: string, @Query('usage') usage?: string) {
    const address = requestedAddress(name, namespace);
    const status = this.functions.status(address);
    if (usage !== '1' && usage !== 'true') return status;
    const { cpuMilli, memoryBytes } = await this.functions.usage(address);
    return { ...status, usage: { cpu: cpuMilli, totalMemoryBytes: memoryBytes } };
  }

  @Post('functions')
  @HttpCode(202)
  async deploy(@Req() { raw }: FastifyRequest): Promise<void> {
    await this.functions.deploy(await readJson(raw, deployment));
  }

  @Put('functions')
  @HttpCode(202)
  async update(@Req() { raw }: FastifyRequest): Promise<void> {
    await this.functions.deploy(await readJson(raw, deployment), { onlyIfKnown: true });
  }

  @Delete('functions')
  @HttpCode(202)
  async remove(@Req() { raw }: FastifyRequest, @Query('namespace') inQuery?: string): Promise<void> {
    const { functionName: name, namespace } = await readJson(raw, removal);
    await this.functions.remove(requestedAddress(name, namespace || inQuery));
  }

  @Post('scale-function/:name')
  @HttpCode(202)
  async scale(
    @Req() { raw }: FastifyRequest,
    @Param('name') name: string,
    @Query('namespace') namespace?: string,
  ): Promise<void> {
    const { replicas } = await readJson(raw, scaleRequest);
    await this.functions.scale(requestedAddress(name, namespace), replicas);
  }
}
