// The AWS SDK for Go, version 1: sdk-v1 session | seal FILE | open FILE…
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/awserr"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/kms"
)

var (
	key     = aws.String(os.Getenv("KEY"))
	text    = []byte("sealed by a client")
	context = map[string]*string{"app": aws.String("clients"), "purpose": aws.String("ключ")}
)

func main() {
	client := service()
	switch os.Args[1] {
	case "session":
		seal(client, "blob")
		open(client, "blob")
		dataKeys(client)
		signatures(client)
		refusals(client)
	case "seal":
		seal(client, os.Args[2])
	case "open":
		for _, path := range os.Args[2:] {
			open(client, path)
		}
	}
}

// Older than AWS_ENDPOINT_URL.
func service() *kms.KMS {
	return kms.New(session.Must(session.NewSession(
		&aws.Config{Endpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL"))})))
}

func seal(client *kms.KMS, path string) {
	sealed, err := client.Encrypt(&kms.EncryptInput{KeyId: key, Plaintext: text, EncryptionContext: context})
	must(err)
	must(os.WriteFile(path, sealed.CiphertextBlob, 0o600))
}

func open(client *kms.KMS, path string) {
	blob, err := os.ReadFile(path)
	must(err)
	opened, err := client.Decrypt(&kms.DecryptInput{CiphertextBlob: blob, EncryptionContext: context})
	must(err)
	expect(bytes.Equal(opened.Plaintext, text) && *opened.KeyId == *key, "%s is something else", path)
}

func dataKeys(client *kms.KMS) {
	made, err := client.GenerateDataKey(&kms.GenerateDataKeyInput{
		KeyId: key, KeySpec: aws.String("AES_256"), EncryptionContext: context})
	must(err)
	opened, err := client.Decrypt(&kms.DecryptInput{
		CiphertextBlob: made.CiphertextBlob, EncryptionContext: context})
	must(err)
	expect(len(made.Plaintext) == 32 && bytes.Equal(opened.Plaintext, made.Plaintext), "the data key")

	_, err = client.Decrypt(&kms.DecryptInput{CiphertextBlob: made.CiphertextBlob})
	var notOurs *kms.InvalidCiphertextException
	expect(errors.As(err, &notOurs), "another context: %v", err)
}

func signatures(client *kms.KMS) {
	signer, err := client.CreateKey(&kms.CreateKeyInput{
		KeySpec: aws.String("ECC_NIST_P256"), KeyUsage: aws.String("SIGN_VERIFY")})
	must(err)
	algorithm := aws.String("ECDSA_SHA_256")
	signature, err := client.Sign(&kms.SignInput{
		KeyId: signer.KeyMetadata.KeyId, Message: text, SigningAlgorithm: algorithm})
	must(err)
	question := &kms.VerifyInput{
		KeyId: signer.KeyMetadata.KeyId, Message: text, Signature: signature.Signature,
		SigningAlgorithm: algorithm}
	verified, err := client.Verify(question)
	must(err)
	expect(*verified.SignatureValid, "the signature")
	question.Message = []byte("another")
	_, err = client.Verify(question)
	var wrong *kms.KMSInvalidSignatureException
	expect(errors.As(err, &wrong), "another message: %v", err)
}

func refusals(client *kms.KMS) {
	_, err := client.DescribeKey(&kms.DescribeKeyInput{KeyId: aws.String("alias/there-is-none")})
	var notFound *kms.NotFoundException
	expect(errors.As(err, &notFound) && notFound.StatusCode() == 400, "no such key: %v", err)

	count := 0
	must(client.ListKeysPages(&kms.ListKeysInput{Limit: aws.Int64(1)},
		func(page *kms.ListKeysOutput, last bool) bool { count += len(page.Keys); return true }))
	expect(count >= 2, "%d keys, page by page", count)

	os.Setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
	_, err = service().ListKeys(&kms.ListKeysInput{})
	var refused awserr.Error
	expect(errors.As(err, &refused) && refused.Code() == "InvalidSignatureException", "forged: %v", err)
}

func must(err error) { expect(err == nil, "%v", err) }

func expect(holds bool, format string, values ...interface{}) {
	if !holds {
		fmt.Fprintf(os.Stderr, "sdk for go 1: "+format+"\n", values...)
		os.Exit(1)
	}
}
