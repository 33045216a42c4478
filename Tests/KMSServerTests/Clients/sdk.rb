# The AWS SDK for Ruby, of a version that has no signatures: sdk.rb session | seal FILE | open FILE…
require 'aws-sdk-kms'

KEY = ENV.fetch('KEY')
CONTEXT = { 'app' => 'clients', 'purpose' => 'ключ' }.freeze
TEXT = 'sealed by a client'
# Older than AWS_ENDPOINT_URL.
CLIENT = Aws::KMS::Client.new(endpoint: ENV.fetch('AWS_ENDPOINT_URL'), region: ENV.fetch('AWS_REGION'))
Errors = Aws::KMS::Errors

def expect(holds, what)
  abort "sdk for ruby: #{what}" unless holds
end

def refused(kind)
  yield
  abort "sdk for ruby: not refused with #{kind}"
rescue kind => error
  expect error.context.http_response.status_code == 400, 'the status'
end

def seal(path)
  sealed = CLIENT.encrypt(key_id: KEY, plaintext: TEXT, encryption_context: CONTEXT)
  File.binwrite(path, sealed.ciphertext_blob)
end

def unseal(path)
  opened = CLIENT.decrypt(ciphertext_blob: File.binread(path), encryption_context: CONTEXT)
  expect opened.plaintext == TEXT && opened.key_id == KEY, "#{path} is something else"
end

def session
  seal('blob')
  unseal('blob')
  made = CLIENT.generate_data_key(key_id: KEY, key_spec: 'AES_256', encryption_context: CONTEXT)
  opened = CLIENT.decrypt(ciphertext_blob: made.ciphertext_blob, encryption_context: CONTEXT)
  expect made.plaintext.bytesize == 32 && opened.plaintext == made.plaintext, 'the data key'
  refused(Errors::InvalidCiphertextException) { CLIENT.decrypt(ciphertext_blob: made.ciphertext_blob) }
  names
  refused(Errors::ValidationException) { CLIENT.encrypt(key_id: KEY, plaintext: 'x' * 4097) }
end

def names
  name = 'alias/ruby'
  CLIENT.create_alias(alias_name: name, target_key_id: KEY)
  refused(Errors::AlreadyExistsException) { CLIENT.create_alias(alias_name: name, target_key_id: KEY) }
  expect CLIENT.describe_key(key_id: name).key_metadata.arn == KEY, 'the key of that name'
  CLIENT.delete_alias(alias_name: name)
  refused(Errors::NotFoundException) { CLIENT.describe_key(key_id: name) }
end

case ARGV.shift
when 'session' then session
when 'seal' then seal(ARGV.fetch(0))
when 'open' then ARGV.each { |path| unseal(path) }
else abort 'sdk for ruby: session, seal or open'
end
