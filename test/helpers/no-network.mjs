// Preloaded into programs that tests run: a connection to another machine ends the program. What the
// library does at run time needs none (only the set-up fetches something).
import net from 'node:net';
import process from 'node:process';

const HERE = ['localhost', '127.0.0.1', '::1', undefined];

const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  const { host, path } = typeof first === 'object' ? first : { host: second };
  if (!path && typeof first !== 'string' && !HERE.includes(host)) {
    process.stderr.write(`a connection to ${host} was tried, and there is no network\n`);
    process.exit(99);
  }
  return Reflect.apply(connect, this, args);
};
