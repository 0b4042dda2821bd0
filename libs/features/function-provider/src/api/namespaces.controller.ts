import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import { parseRequest, readJson } from '@later/http-kit';
import { namespace, type Namespace } from '@later/function-schema';
import type { FastifyRequest } from 'fastify';

import { NamespaceStore } from '../deploying/namespace-store.js';

/** Serves the namespaces of OpenFaaS's provider API. */
@Controller('system')
export class NamespacesController {
  constructor(@Inject(NamespaceStore) private readonly namespaces: NamespaceStore) {}

  @Get('namespaces')
  list(): readonly string[] {
    return this.namespaces.names();
  }

  @Get('namespace/:name')
  read(@Param('name') name: string): Namespace {
    return this.namespaces.read(name);
  }

  @Post('namespace/:name')
  @HttpCode(202)
  async create(@Req() request: FastifyRequest, @Param('name') name: string): Promise<void> {
    await this.namespaces.create(await readNamespace(request, name));
  }

  @Put('namespace/:name')
  @HttpCode(202)
  async update(@Req() request: FastifyRequest, @Param('name') name: string): Promise<void> {
    await this.namespaces.update(await readNamespace(request, name));
  }

  @Delete('namespace/:name')
  @HttpCode(202)
  async remove(@Param('name') name: string): Promise<void> {
    await this.namespaces.remove(name);
  }
}

/** The path has the name; the body may add labels and annotations. */
async function readNamespace({ raw }: FastifyRequest, name: string): Promise<Namespace> {
  return parseRequest(namespace, { ...(await readJson(raw, namespace.omit({ name: true }))), name });
}
