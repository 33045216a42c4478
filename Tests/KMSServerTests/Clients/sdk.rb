# The AWS SDK for Ruby against a key service: data keys, their context, aliases, and the errors as the
# SDK's own classes.
require 'aws-sdk-kms'

def expect(holds, what)
  abort "sdk for ruby: #{what}" unless holds
end

def failure
  yield
  nil
rescue Aws::KMS::Errors::ServiceError => error
  error
end

client = Aws::KMS::Client.new(endpoint: ENV.fetch('AWS_ENDPOINT_URL'), region: ENV.fetch('AWS_REGION'))
context = { 'app' => 'ruby', 'purpose' => 'test' }
made = client.generate_data_key(key_id: ENV.fetch('KEY'), key_spec: 'AES_256', encryption_context: context)
opened = client.decrypt(ciphertext_blob: made.ciphertext_blob, encryption_context: context)
expect made.plaintext.bytesize == 32 && opened.plaintext == made.plaintext, 'data key'
expect opened.key_id == ENV.fetch('KEY'), 'key of the answer'

error = failure { client.decrypt(ciphertext_blob: made.ciphertext_blob, encryption_context: {}) }
expect error.is_a?(Aws::KMS::Errors::InvalidCiphertextException), "another context: #{error.inspect}"

name = "alias/ruby-#{Process.pid}"
client.create_alias(alias_name: name, target_key_id: ENV.fetch('KEY'))
error = failure { client.create_alias(alias_name: name, target_key_id: ENV.fetch('KEY')) }
expect error.is_a?(Aws::KMS::Errors::AlreadyExistsException), "a second alias: #{error.inspect}"
expect client.describe_key(key_id: name).key_metadata.arn == ENV.fetch('KEY'), 'by alias'
client.delete_alias(alias_name: name)
error = failure { client.describe_key(key_id: name) }
expect error.is_a?(Aws::KMS::Errors::NotFoundException), "a deleted alias: #{error.inspect}"

error = failure { client.encrypt(key_id: ENV.fetch('KEY'), plaintext: 'x' * 4097) }
expect error.is_a?(Aws::KMS::Errors::ValidationException), "too long: #{error.inspect}"
puts 'sdk for ruby: ok'
