// Reads emails with mailparser: see HeaderReadersTest.
import {simpleParser} from 'mailparser';
import {eachMessage} from './messages.mjs';

const people = (header) => (header?.value ?? []).map(({name, address}) => ({name, address}));

await eachMessage(async (bytes) => {
  const mail = await simpleParser(bytes);
  return {
    subject: mail.subject,
    from: people(mail.from),
    to: people(mail.to),
    headers: mail.headerLines.map((line) => line.key),
    files: mail.attachments.map((file) => file.filename),
  };
});
