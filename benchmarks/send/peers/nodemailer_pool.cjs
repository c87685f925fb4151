// nodemailer's pool with ready octets: PORT FOLDER SESSIONS, from a folder where npm has installed nodemailer.
const fs = require("fs");
const [port, folder, sessions, modules] = process.argv.slice(2);
const nodemailer = require(require.resolve("nodemailer", { paths: [modules] }));

const letters = fs.readFileSync(`${folder}/letters.jsonl`, "ascii").trim().split("\n").map((line) => JSON.parse(line));
const transport = nodemailer.createTransport({
  pool: true, host: "127.0.0.1", port: Number(port), secure: false, ignoreTLS: true,
  maxConnections: Number(sessions), maxMessages: Infinity,
});
const before = process.cpuUsage();
const began = process.hrtime.bigint();
Promise.all(letters.map((each) => transport.sendMail({
  envelope: { from: "dana@example.com", to: [each.to] }, raw: each.raw,
}))).then((done) => {
  const used = process.cpuUsage(before);
  console.log(JSON.stringify({
    sent: done.length, seconds: Number(process.hrtime.bigint() - began) / 1e9,
    cpu: (used.user + used.system) / 1e6, peak_mib: process.resourceUsage().maxRSS / 1024,
  }));
  transport.close();
});
