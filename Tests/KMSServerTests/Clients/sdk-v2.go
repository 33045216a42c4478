// The AWS SDK for Go, version 2: sdk-v2 session | seal FILE | open FILE…
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"
)

var (
	ctx   = context.Background()
	key   = aws.String(os.Getenv("KEY"))
	text  = []byte("sealed by a client")
	bound = map[string]string{"app": "clients", "purpose": "ключ"}
)

func main() {
	client := service()
	switch os.Args[1] {
	case "session":
		seal(client, "blob")
		open(client, "blob")
		dataKeys(client)
		signatures(client)
		macs(client)
		refusals()
	case "seal":
		seal(client, os.Args[2])
	case "open":
		for _, path := range os.Args[2:] {
			open(client, path)
		}
	}
}

// Older than AWS_ENDPOINT_URL.
func service() *kms.Client {
	loaded, err := config.LoadDefaultConfig(ctx, config.WithEndpointResolverWithOptions(
		aws.EndpointResolverWithOptionsFunc(
			func(_, region string, _ ...interface{}) (aws.Endpoint, error) {
				return aws.Endpoint{URL: os.Getenv("AWS_ENDPOINT_URL"), SigningRegion: region}, nil
			})))
	must(err)
	return kms.NewFromConfig(loaded)
}

func seal(client *kms.Client, path string) {
	sealed, err := client.Encrypt(ctx, &kms.EncryptInput{
		KeyId: key, Plaintext: text, EncryptionContext: bound})
	must(err)
	must(os.WriteFile(path, sealed.CiphertextBlob, 0o600))
}

func open(client *kms.Client, path string) {
	blob, err := os.ReadFile(path)
	must(err)
	opened, err := client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: blob, EncryptionContext: bound})
	must(err)
	expect(bytes.Equal(opened.Plaintext, text) && *opened.KeyId == *key, "%s is something else", path)
}

func dataKeys(client *kms.Client) {
	made, err := client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{
		KeyId: key, NumberOfBytes: aws.Int32(64), EncryptionContext: bound})
	must(err)
	opened, err := client.Decrypt(ctx, &kms.DecryptInput{
		CiphertextBlob: made.CiphertextBlob, EncryptionContext: bound})
	must(err)
	expect(len(made.Plaintext) == 64 && bytes.Equal(opened.Plaintext, made.Plaintext), "the data key")

	made.CiphertextBlob[len(made.CiphertextBlob)-1] ^= 1
	_, err = client.Decrypt(ctx, &kms.DecryptInput{
		CiphertextBlob: made.CiphertextBlob, EncryptionContext: bound})
	var notOurs *types.InvalidCiphertextException
	expect(errors.As(err, &notOurs), "a changed blob: %v", err)

	pair, err := client.GenerateDataKeyPair(ctx, &kms.GenerateDataKeyPairInput{
		KeyId: key, KeyPairSpec: types.DataKeyPairSpecEccNistP256})
	must(err)
	private, err := client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: pair.PrivateKeyCiphertextBlob})
	must(err)
	expect(bytes.Equal(private.Plaintext, pair.PrivateKeyPlaintext), "the data key pair")
}

func signatures(client *kms.Client) {
	signer, err := client.CreateKey(ctx, &kms.CreateKeyInput{
		KeySpec: types.KeySpecEccSecgP256k1, KeyUsage: types.KeyUsageTypeSignVerify})
	must(err)
	signature, err := client.Sign(ctx, &kms.SignInput{
		KeyId: signer.KeyMetadata.Arn, Message: text,
		SigningAlgorithm: types.SigningAlgorithmSpecEcdsaSha256})
	must(err)
	question := &kms.VerifyInput{
		KeyId: signer.KeyMetadata.Arn, Message: text, Signature: signature.Signature,
		SigningAlgorithm: types.SigningAlgorithmSpecEcdsaSha256}
	verified, err := client.Verify(ctx, question)
	must(err)
	expect(verified.SignatureValid, "the signature")
	question.Message = []byte("another")
	_, err = client.Verify(ctx, question)
	var wrong *types.KMSInvalidSignatureException
	expect(errors.As(err, &wrong), "another message: %v", err)
}

func macs(client *kms.Client) {
	coding, err := client.CreateKey(ctx, &kms.CreateKeyInput{
		KeySpec: types.KeySpecHmac256, KeyUsage: types.KeyUsageTypeGenerateVerifyMac,
		Tags: []types.Tag{{TagKey: aws.String("made-by"), TagValue: aws.String("go-2")}}})
	must(err)
	algorithm := types.MacAlgorithmSpecHmacSha256
	mac, err := client.GenerateMac(ctx, &kms.GenerateMacInput{
		KeyId: coding.KeyMetadata.Arn, Message: text, MacAlgorithm: algorithm})
	must(err)
	expect(len(mac.Mac) == 32, "the MAC")
	_, err = client.VerifyMac(ctx, &kms.VerifyMacInput{
		KeyId: coding.KeyMetadata.Arn, Message: []byte("another"), Mac: mac.Mac, MacAlgorithm: algorithm})
	var wrong *types.KMSInvalidMacException
	expect(errors.As(err, &wrong), "another message: %v", err)

	_, err = client.DisableKey(ctx, &kms.DisableKeyInput{KeyId: coding.KeyMetadata.KeyId})
	must(err)
	_, err = client.GenerateMac(ctx, &kms.GenerateMacInput{
		KeyId: coding.KeyMetadata.Arn, Message: text, MacAlgorithm: algorithm})
	var disabled *types.DisabledException
	expect(errors.As(err, &disabled), "disabled: %v", err)
}

func refusals() {
	os.Setenv("AWS_ACCESS_KEY_ID", "AKIATHEREISNONESUCH0")
	_, err := service().ListKeys(ctx, &kms.ListKeysInput{})
	var refused smithy.APIError
	expect(errors.As(err, &refused) && refused.ErrorCode() == "UnrecognizedClientException",
		"an unknown access key: %v", err)
}

func must(err error) { expect(err == nil, "%v", err) }

func expect(holds bool, format string, values ...interface{}) {
	if !holds {
		fmt.Fprintf(os.Stderr, "sdk for go 2: "+format+"\n", values...)
		os.Exit(1)
	}
}
