// Finds links in texts as mail clients do. Reads a JSON array of texts from stdin, and writes, for
// each text, the links that each library finds in it.
import {readFileSync} from 'node:fs';
import anchorme from 'anchorme';
import Autolinker from 'autolinker';
import {LinkifyIt} from 'linkify-it';
import * as linkifyjs from 'linkifyjs';

const linkifyIt = new LinkifyIt();
const libraries = {
  anchorme: (text) => (anchorme.default ?? anchorme).list(text).map((link) => link.string),
  autolinker: (text) => Autolinker.parse(text, {
    email: true, urls: true, phone: false, mention: false, hashtag: false,
  }).map((link) => link.getMatchedText()),
  'linkify-it': (text) => (linkifyIt.match(text) ?? []).map((link) => link.raw),
  linkifyjs: (text) => linkifyjs.find(text).map((link) => link.value),
};

const texts = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(texts.map((text) =>
  Object.fromEntries(Object.entries(libraries).map(([name, find]) => [name, find(text)])))));
