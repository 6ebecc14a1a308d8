// Reads emails with postal-mime: see HeaderReadersTest.
import PostalMime from 'postal-mime';
import {eachMessage} from './messages.mjs';

const people = (list) => (list ?? []).map(({name, address}) => ({name, address}));

await eachMessage(async (bytes) => {
  const mail = await PostalMime.parse(bytes);
  return {
    subject: mail.subject,
    from: people([mail.from]),
    to: people(mail.to),
    headers: mail.headers.map((header) => header.key),
    files: mail.attachments.map((file) => file.filename),
  };
});
