/**
 * What a page's requests are measured against: Express and the driver alone. One look-up by `_id`, and the very text that our
 * server answered; no session, no rights, no JSON to make.
 */
import express from 'express';
import mongoose from 'mongoose';

const { BARE_PORT, BARE_MONGODB_URI } = process.env;
await mongoose.connect(BARE_MONGODB_URI ?? '');
const answers = mongoose.connection.getClient().db().collection('answers');
const app = express();
app.get('/ready', (_req, res) => void res.send('ready'));
app.get('/:id', async (req, res) => {
  const found = await answers.findOne({ _id: /** @type {never} */ (req.params.id) });
  res.type('json').send(found?.['text'] ?? '');
});
app.listen(Number(BARE_PORT), '127.0.0.1');
