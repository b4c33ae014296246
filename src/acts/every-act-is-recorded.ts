import { RequestMethod, Injectable, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ACCESS, type AccessRule } from '../platform/http/access.js';
import { Act } from './act.js';

/**
 * The service doesn't start with a route on which an operator could do something that nobody records. In the sandbox
 * nobody is called to account.
 */
@Injectable()
export class EveryActIsRecorded implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const silent = this.discovery.getControllers().flatMap(({ metatype }) => {
      if (typeof metatype !== 'function' || isSandbox(metatype)) return [];
      const prototype = metatype.prototype as Record<string, () => unknown>;
      return this.scanner
        .getAllMethodNames(prototype)
        .filter((name) => this.isUnrecorded(prototype[name] as () => unknown, metatype))
        .map((name) => `${metatype.name}.${name}`);
    });
    if (silent.length > 0) throw new Error(`say what is recorded of it, with @Act: ${silent.join(', ')}`);
  }

  private isUnrecorded(handler: () => unknown, controller: object): boolean {
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined || method === RequestMethod.GET) return false;
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [
      handler,
      controller as () => unknown,
    ]);
    return Array.isArray(rule) && rule.includes('operator') && !this.reflector.get(Act, handler);
  }
}

function isSandbox(controller: object): boolean {
  return String(Reflect.getMetadata(PATH_METADATA, controller)).startsWith('sandbox');
}
