// The AWS SDK for JavaScript v3 with its default settings. Commands: see ProgramClient.
import { createWriteStream, readFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createRequire } from "node:module";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const Bucket = process.env.S3_BUCKET;
const client = new S3Client({ endpoint: process.env.S3_ENDPOINT, forcePathStyle: true });
const source = (key) => encodeURIComponent(`${Bucket}/${key}`);
const save = async (input, file) => {
  const { Body } = await client.send(new GetObjectCommand(input));
  await pipeline(Body, createWriteStream(file));
};
const print = (found) => found.forEach(({ Key }) => console.log(Key));

const commands = {
  version: () =>
    console.log(createRequire(import.meta.url)("@aws-sdk/client-s3/package.json").version),
  put: (file, Key) =>
    client.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: readFileSync(file),
        ContentType: "image/png",
        Metadata: { owner: "7" },
      }),
    ),
  // A stream of unknown length would need a multipart upload.
  "put-stream": (Key, length) =>
    client.send(
      new PutObjectCommand({ Bucket, Key, Body: process.stdin, ContentLength: Number(length) }),
    ),
  get: (Key, file) => save({ Bucket, Key }, file),
  "get-range": (Key, file, Range) => save({ Bucket, Key, Range }, file),
  size: async (Key) =>
    console.log((await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength),
  list: async (Prefix) => {
    for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
      print(page.Contents);
    }
  },
  "list-v1": async (Prefix) => {
    let page = {};
    do {
      const Marker = page.Contents?.at(-1).Key;
      page = await client.send(new ListObjectsCommand({ Bucket, Prefix, Marker }));
      print(page.Contents);
    } while (page.IsTruncated);
  },
  copy: (from, Key) => client.send(new CopyObjectCommand({ Bucket, Key, CopySource: source(from) })),
  "copy-as": (from, Key) =>
    client.send(
      new CopyObjectCommand({
        Bucket,
        Key,
        CopySource: source(from),
        MetadataDirective: "REPLACE",
        ContentType: "image/gif",
        Metadata: { owner: "8" },
      }),
    ),
  delete: (Key) => client.send(new DeleteObjectCommand({ Bucket, Key })),
  "delete-several": (...keys) =>
    client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
    ),
  "presign-put": async (Key) =>
    console.log(
      await getSignedUrl(client, new PutObjectCommand({ Bucket, Key, ContentType: "image/png" })),
    ),
};

const [command, ...args] = process.argv.slice(2);
if (!commands[command]) {
  process.exit(99);
}
await commands[command](...args);
