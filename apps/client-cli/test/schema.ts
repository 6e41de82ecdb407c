/** Outputs for programs, by the schemas that stand in schema/. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/**
 * A check by one of them, with no field beside those that it names: schemas let fields be added, of which a test has to know.
 * @param name such as `connect.schema.json`
 */
export function schemaCheck(name: string): (value: unknown) => void {
  const schema: unknown = JSON.parse(readFileSync(new URL(`../schema/${name}`, import.meta.url), 'utf8'));
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, formats });
  const validate: ValidateFunction = ajv.compile(closed(schema) as object);
  return value => {
    if (!validate(value)) throw new Error(`not by ${name}: ${JSON.stringify(validate.errors, null, 2)}`);
  };
}

const formats = { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/ };

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return 'properties' in inner ? { ...inner, additionalProperties: false } : inner;
}
