import AwsS3 from "@uppy/aws-s3";

export { default as Uppy } from "@uppy/core";

// Uploads each file with the JSON that signing it resolves to.
export const useAwsS3 = (uppy, sign) =>
  uppy.use(AwsS3, { shouldUseMultipart: false, getUploadParameters: (file) => sign(file) });
