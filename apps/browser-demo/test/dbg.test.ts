import { it } from 'vitest';
import { run } from '../src/lab/run.ts';
import { fromFragment } from '../src/lab/settings.ts';
import { outcomeOf } from '../src/lab/outcome.ts';
it('x', async () => {
  const settings = fromFragment('v=1.3&cert=ed25519&seed=000102030405060708090a0b0c0d0e0f')!;
  const { connection: base } = await run(settings);
  const records = base.steps.flatMap(s => s.type === 'record' ? [s.entry] : []);
  const t0 = Date.now(); let n = 0;
  for (const r of records) {
    const by = new Map<string, number[]>();
    for (let offset = 0; offset < r.record.bytes.length; offset += r.record.bytes.length > 600 ? 7 : 1) {
      n++;
      const { connection } = await run(settings, { record: r.number, action: 'change', offset, value: r.record.bytes[offset]! ^ 1 });
      const o = outcomeOf(connection, base);
      const key = o.type === 'noticed' ? `${o.by} ${o.code} ${o.alert}` : o.type === 'waiting' ? `waiting ${o.client} ${o.server}` : o.type;
      by.set(key, [...(by.get(key) ?? []), offset]);
    }
    console.log(r.number, r.sender, r.contentType, r.messages.map(m => m.name).join(), r.record.bytes.length, [...by].map(([k, v]) => `\n   ${k}: ${v.length > 12 ? v.slice(0, 12) + '… ' + v.length : v}`).join(''));
  }
  console.log(n, 'runs', (Date.now() - t0) / n, 'ms each');
}, 600000);
