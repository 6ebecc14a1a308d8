// Reads a JSON array of messages in base64 from stdin, and writes what a reader finds in each.
import {readFileSync} from 'node:fs';

export async function eachMessage(read) {
  const found = [];
  for (const message of JSON.parse(readFileSync(0, 'utf8'))) {
    found.push(await read(Buffer.from(message, 'base64')));
  }
  process.stdout.write(JSON.stringify(found));
}
