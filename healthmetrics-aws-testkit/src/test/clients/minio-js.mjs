// The JavaScript client of MinIO. Commands: see ProgramClient.
import { createWriteStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pipeline } from "node:stream/promises";
import { Client, CopyDestinationOptions, CopySourceOptions } from "minio";

const bucket = process.env.S3_BUCKET;
const endpoint = new URL(process.env.S3_ENDPOINT);
const client = new Client({
  endPoint: endpoint.hostname,
  port: Number(endpoint.port),
  useSSL: false,
  region: process.env.AWS_REGION,
  accessKey: process.env.AWS_ACCESS_KEY_ID,
  secretKey: process.env.AWS_SECRET_ACCESS_KEY,
});
const print = async (objects) => {
  for await (const { name } of objects) {
    console.log(name);
  }
};

const commands = {
  version: () => console.log(createRequire(import.meta.url)("minio/package.json").version),
  put: (file, key) =>
    client.putObject(bucket, key, readFileSync(file), undefined, {
      "Content-Type": "image/png",
      "X-Amz-Meta-Owner": "7",
    }),
  // A stream of unknown length is a multipart upload.
  "put-stream": (key, length) => client.putObject(bucket, key, process.stdin, Number(length)),
  get: async (key, file) =>
    pipeline(await client.getObject(bucket, key), createWriteStream(file)),
  "get-range": async (key, file, range) => {
    const [first, last] = range.replace("bytes=", "").split("-").map(Number);
    const part = await client.getPartialObject(bucket, key, first, last - first + 1);
    await pipeline(part, createWriteStream(file));
  },
  size: async (key) => console.log((await client.statObject(bucket, key)).size),
  list: (prefix) => print(client.listObjectsV2(bucket, prefix, true)),
  "list-v1": (prefix) => print(client.listObjects(bucket, prefix, true)),
  copy: (from, to) => client.copyObject(bucket, to, `/${bucket}/${from}`),
  "copy-as": (from, to) =>
    client.copyObject(
      new CopySourceOptions({ Bucket: bucket, Object: from }),
      new CopyDestinationOptions({
        Bucket: bucket,
        Object: to,
        MetadataDirective: "REPLACE",
        UserMetadata: { owner: "8" },
        Headers: { "Content-Type": "image/gif" },
      }),
    ),
  delete: (key) => client.removeObject(bucket, key),
  "delete-several": (...keys) => client.removeObjects(bucket, keys),
  "presign-put": async (key) => console.log(await client.presignedPutObject(bucket, key)),
};

const [command, ...args] = process.argv.slice(2);
if (!commands[command]) {
  process.exit(99);
}
await commands[command](...args);
