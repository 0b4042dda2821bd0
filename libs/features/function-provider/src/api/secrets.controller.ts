import { Controller, Delete, Get, HttpCode, Inject, Post, Put, Query, Req } from '@nestjs/common';
import { readJson } from '@later/http-kit';
import { secret, secretReference, type SecretReference } from '@later/function-schema';
import type { FastifyRequest } from 'fastify';

import { SecretStore } from '../deploying/secret-store.js';
import { requestedNamespace } from './requested-address.js';

/** Serves the secrets of OpenFaaS's provider API. No answer contains a value. */
@Controller('system/secrets')
export class SecretsController {
  constructor(@Inject(SecretStore) private readonly secrets: SecretStore) {}

  @Get()
  list(@Query('namespace') namespace?: string): readonly SecretReference[] {
    return this.secrets.list(requestedNamespace(namespace));
  }

  @Post()
  @HttpCode(202)
  async create(@Req() { raw }: FastifyRequest): Promise<void> {
    await this.secrets.create(await readJson(raw, secret));
  }

  @Put()
  @HttpCode(202)
  async update(@Req() { raw }: FastifyRequest): Promise<void> {
    await this.secrets.update(await readJson(raw, secret));
  }

  @Delete()
  @HttpCode(202)
  async remove(@Req() { raw }: FastifyRequest): Promise<void> {
    await this.secrets.remove(await readJson(raw, secretReference));
  }
}
