#!/usr/bin/env python3
"""boto3. Commands: see ProgramClient."""

import os
import sys

import boto3
from botocore.client import Config

operation, *arguments = sys.argv[1:]
bucket = os.environ["S3_BUCKET"]
s3 = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"])


def put(file, key):
    metadata = {"ContentType": "image/png", "Metadata": {"owner": "7"}}
    s3.upload_file(file, bucket, key, ExtraArgs=metadata)


def put_whole(file, key):
    whole = boto3.s3.transfer.TransferConfig(multipart_threshold=1024**3)
    s3.upload_file(file, bucket, key, Config=whole)


def put_stream(key, _length):
    s3.upload_fileobj(sys.stdin.buffer, bucket, key)


def get(key, file):
    s3.download_file(bucket, key, file)


def get_range(key, file, byte_range):
    body = s3.get_object(Bucket=bucket, Key=key, Range=byte_range)["Body"]
    with open(file, "wb") as out:
        out.write(body.read())


def size(key):
    print(s3.head_object(Bucket=bucket, Key=key)["ContentLength"])


def pages(operation_name, prefix):
    for page in s3.get_paginator(operation_name).paginate(Bucket=bucket, Prefix=prefix):
        for found in page["Contents"]:
            print(found["Key"])


def list_(prefix):
    pages("list_objects_v2", prefix)


def list_v1(prefix):
    pages("list_objects", prefix)


def copy(source, target):
    s3.copy({"Bucket": bucket, "Key": source}, bucket, target)


def copy_as(source, target):
    s3.copy_object(
        CopySource={"Bucket": bucket, "Key": source},
        Bucket=bucket,
        Key=target,
        MetadataDirective="REPLACE",
        ContentType="image/gif",
        Metadata={"owner": "8"},
    )


def delete(key):
    s3.delete_object(Bucket=bucket, Key=key)


def delete_several(*keys):
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})


def presign_put(key):
    # The default of old versions is Signature Version 2, which new buckets of S3 refuse.
    version_4 = boto3.client(
        "s3", endpoint_url=os.environ["S3_ENDPOINT"], config=Config(signature_version="s3v4")
    )
    parameters = {"Bucket": bucket, "Key": key, "ContentType": "image/png"}
    print(version_4.generate_presigned_url("put_object", Params=parameters))


def version():
    print(boto3.__version__)


globals()[{"list": "list_"}.get(operation, operation.replace("-", "_"))](*arguments)
