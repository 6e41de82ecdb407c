/** A judge of JSON by a JSON Schema, as far as the schemas of this program go: whatever else is in one is an error. */

type Schema = { readonly [keyword: string]: unknown };

const known = new Set([
  ...['$schema', '$id', '$defs', '$ref', 'title', 'description', 'examples'],
  ...['type', 'const', 'enum', 'anyOf', 'oneOf', 'properties', 'required', 'additionalProperties', 'items'],
  ...['minimum', 'maximum', 'minItems', 'maxItems', 'minLength', 'pattern', 'format', 'uniqueItems'],
]);

/** What is wrong, each with its place; none for a value that the schema describes. @throws Error for a schema with something else in it */
export function violations(root: unknown, value: unknown): readonly string[] {
  const found: string[] = [];
  check(root as Schema, root as Schema, value, '$', found);
  return found;
}

function check(root: Schema, schema: Schema, value: unknown, at: string, found: string[]): void {
  const odd = Object.keys(schema).find(keyword => !known.has(keyword));
  if (odd !== undefined) throw new Error(`the schema has ${odd}, which nobody here understands`);
  const add = (message: string): void => {
    found.push(`${at}: ${message}`);
  };
  const { $ref, type, enum: values, anyOf, oneOf } = schema;
  if (typeof $ref === 'string') check(root, resolve(root, $ref), value, at, found);
  if (type !== undefined && ![type].flat().some(each => isOf(each as string, value))) {
    return add(`${JSON.stringify(value)} is not of type ${[type].flat().join(' or ')}`);
  }
  if ('const' in schema && !same(schema.const, value)) add(`is not ${JSON.stringify(schema.const)}`);
  if (Array.isArray(values) && !values.some(each => same(each, value)))
    add(`${JSON.stringify(value)} is none of those`);
  for (const [each, least, most] of [
    [anyOf, 1, Number.POSITIVE_INFINITY],
    [oneOf, 1, 1],
  ] as const) {
    if (!Array.isArray(each)) continue;
    const good = each.filter(one => passes(root, one, value, at)).length;
    if (good < least || good > most) add(`${good} of the alternatives fit`);
  }
  if (typeof value === 'number') checkNumber(schema, value, add);
  if (typeof value === 'string') checkString(schema, value, add);
  if (Array.isArray(value)) checkArray(root, schema, value, at, found);
  else if (typeof value === 'object' && value !== null) checkObject(root, schema, value, at, found);
}

function passes(root: Schema, schema: Schema, value: unknown, at: string): boolean {
  const inner: string[] = [];
  check(root, schema, value, at, inner);
  return inner.length === 0;
}

function checkNumber({ minimum, maximum }: Schema, value: number, add: (message: string) => void): void {
  if (typeof minimum === 'number' && value < minimum) add(`${value} is below ${minimum}`);
  if (typeof maximum === 'number' && value > maximum) add(`${value} is above ${maximum}`);
}

function checkString({ minLength, pattern, format }: Schema, value: string, add: (message: string) => void): void {
  if (typeof minLength === 'number' && value.length < minLength) add(`is shorter than ${minLength}`);
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value)) add(`${value} does not match ${pattern}`);
  if (format === 'date-time' && Number.isNaN(Date.parse(value))) add(`${value} is no time`);
}

function checkArray(root: Schema, schema: Schema, value: readonly unknown[], at: string, found: string[]): void {
  const { items, minItems, maxItems, uniqueItems } = schema;
  if (typeof minItems === 'number' && value.length < minItems) found.push(`${at}: fewer than ${minItems} items`);
  if (typeof maxItems === 'number' && value.length > maxItems) found.push(`${at}: more than ${maxItems} items`);
  if (uniqueItems === true && new Set(value.map(each => JSON.stringify(each))).size < value.length) {
    found.push(`${at}: an item is there twice`);
  }
  if (items === undefined) return;
  for (const [index, each] of value.entries()) check(root, items as Schema, each, `${at}[${index}]`, found);
}

function checkObject(root: Schema, schema: Schema, value: object, at: string, found: string[]): void {
  const { required = [], additionalProperties } = schema;
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  for (const name of required as readonly string[]) {
    if (!Object.hasOwn(value, name)) found.push(`${at}: ${name} is missing`);
  }
  for (const [name, each] of Object.entries(value)) {
    const inner = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (inner === false) found.push(`${at}: ${name} is not described`);
    else if (typeof inner === 'object') check(root, inner as Schema, each, `${at}.${name}`, found);
  }
}

function resolve(root: Schema, reference: string): Schema {
  const name = /^#\/\$defs\/(\w+)$/.exec(reference)?.[1];
  const found = name && (root.$defs as Record<string, Schema> | undefined)?.[name];
  if (!found) throw new Error(`the schema refers to ${reference}, which is not there`);
  return found;
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
