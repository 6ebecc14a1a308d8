// The position in the Exif data of a picture. Sources: Exif 3.0, "GPS Attribute Information"; TIFF 6.0.

const LITTLE_ENDIAN = 0x49492a00;
const BIG_ENDIAN = 0x4d4d002a;
const GPS_DIRECTORY = 0x8825;
const LATITUDE_REF = 1;
const LATITUDE = 2;
const LONGITUDE_REF = 3;
const LONGITUDE = 4;
const ASCII = 2;
const LONG = 4;
const RATIONAL = 5;

/**
 * { latitude, longitude } in degrees; undefined if there is none. Exif data is found wherever it is
 * in the file: in a JPEG, PNG, WebP, HEIC or AVIF, in a preview, or behind the picture.
 */
export function positionIn(buffer) {
  const file = new DataView(buffer);
  for (let at = 0; at + 8 <= file.byteLength; at++) {
    const start = file.getUint32(at);
    if (start !== LITTLE_ENDIAN && start !== BIG_ENDIAN) continue;
    try {
      const position = positionAt(at, file, start === LITTLE_ENDIAN);
      if (position) return position;
    } catch (error) {
      // It points outside the file: these four bytes are something else.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return undefined;
}

function positionAt(start, file, little) {
  const short = (offset) => file.getUint16(start + offset, little);
  const long = (offset) => file.getUint32(start + offset, little);
  const rational = (offset) => long(offset) / long(offset + 4);

  /** Where the value of each tag is. */
  const directory = (offset) => {
    const values = new Map();
    for (let entry = offset + 2; entry < offset + 2 + 12 * short(offset); entry += 12) {
      values.set(short(entry), entry + 8);
    }
    return values;
  };
  const gps = directory(long(4)).get(GPS_DIRECTORY);
  if (gps === undefined) return undefined;
  const tags = directory(long(gps));
  const degrees = (tag, reference, negative) => {
    if (!tags.has(tag)) return NaN;
    const value = long(tags.get(tag));
    // Cameras that store minutes with decimals leave the seconds 0/0.
    const size =
      rational(value) + (rational(value + 8) || 0) / 60 + (rational(value + 16) || 0) / 3600;
    const sign = tags.has(reference) ? file.getUint8(start + tags.get(reference)) : 0;
    return String.fromCharCode(sign) === negative ? -size : size;
  };
  const latitude = degrees(LATITUDE, LATITUDE_REF, 'S');
  const longitude = degrees(LONGITUDE, LONGITUDE_REF, 'W');
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
    ? { latitude, longitude }
    : undefined;
}

/** 51.79917° N, 10.61556° E */
export function inWords({ latitude, longitude }) {
  const part = (degrees, positive, negative) =>
    `${Math.abs(degrees).toFixed(5)}° ${degrees < 0 ? negative : positive}`;
  return `${part(latitude, 'N', 'S')}, ${part(longitude, 'E', 'W')}`;
}

/** The segment of a JPEG with Exif data that has nothing but a position. */
export function exifWith({ latitude, longitude }) {
  const start = [0xff, 0xe1, 0, 136, ...'Exif\0\0'].map((value) =>
    typeof value === 'string' ? value.charCodeAt(0) : value,
  );
  const tiff = new DataView(new ArrayBuffer(128));
  const entry = (offset, tag, type, count, value) => {
    tiff.setUint16(offset, tag);
    tiff.setUint16(offset + 2, type);
    tiff.setUint32(offset + 4, count);
    if (type === ASCII) tiff.setUint8(offset + 8, value.charCodeAt(0));
    else tiff.setUint32(offset + 8, value);
  };
  const degrees = (offset, value) => {
    const minutes = (Math.abs(value) % 1) * 60;
    const seconds = (minutes % 1) * 60;
    const rationals = [Math.trunc(Math.abs(value)), 1, Math.trunc(minutes), 1, seconds * 100, 100];
    rationals.forEach((number, index) =>
      tiff.setUint32(offset + 4 * index, Math.round(number)),
    );
  };
  tiff.setUint32(0, BIG_ENDIAN);
  tiff.setUint32(4, 8); // the first directory, with one entry
  tiff.setUint16(8, 1);
  entry(10, GPS_DIRECTORY, LONG, 1, 26);
  tiff.setUint16(26, 4); // the GPS directory, with four
  entry(28, LATITUDE_REF, ASCII, 2, latitude < 0 ? 'S' : 'N');
  entry(40, LATITUDE, RATIONAL, 3, 80);
  entry(52, LONGITUDE_REF, ASCII, 2, longitude < 0 ? 'W' : 'E');
  entry(64, LONGITUDE, RATIONAL, 3, 104);
  degrees(80, latitude);
  degrees(104, longitude);
  return new Uint8Array([...start, ...new Uint8Array(tiff.buffer)]);
}
