import { Controller, Delete, Get, HttpCode, Inject, Post, Put, Query, Req } from '@nestjs/common';
import { readJson } from '@later/http-kit';
import { secret, secretReference, type SecretReference } from '@later/job-schema';
import type { FastifyRequest } from 'fastify';

import { NamespaceKeeping } from '../deploying/namespace-keeping.js';
import { SecretKeeping } from '../deploying/secret-keeping.js';
import { namespaceOf } from './address.js';

/** Secrets, as OpenFaaS's provider API has them: values come in and are never told. */
@Controller('system/secrets')
export class SecretsController {
  constructor(
    @Inject(SecretKeeping) private readonly secrets: SecretKeeping,
    @Inject(NamespaceKeeping) private readonly namespaces: NamespaceKeeping,
  ) {}

  @Get()
  list(@Query('namespace') given?: string): readonly SecretReference[] {
    const namespace = namespaceOf(given);
    this.namespaces.expect(namespace);
    return this.secrets.list(namespace);
  }

  @Post()
  @HttpCode(202)
  async create(@Req() { raw }: FastifyRequest): Promise<void> {
    const given = await readJson(raw, secret);
    this.namespaces.expect(given.namespace);
    await this.secrets.create(given);
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
