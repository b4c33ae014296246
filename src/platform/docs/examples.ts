import type { ReferenceObject, SchemaObject } from '@nestjs/swagger';

export type Schemas = Readonly<Record<string, SchemaObject | ReferenceObject>>;

/** Puts the examples of the fields together. */
export function exampleOf(schema: SchemaObject | ReferenceObject, schemas: Schemas): unknown {
  if ('$ref' in schema) return exampleOf(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  if (schema.example !== undefined) return schema.example;
  const [wrapped] = schema.allOf ?? schema.oneOf ?? [];
  if (wrapped) return exampleOf(wrapped, schemas);
  if (schema.type === 'array') return schema.items ? [exampleOf(schema.items, schemas)] : [];
  const fields = Object.entries(schema.properties ?? {});
  return Object.fromEntries(fields.map(([name, field]) => [name, exampleOf(field, schemas)]));
}
